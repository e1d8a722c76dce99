#include "torture/replica_process.hpp"

#include "torture/wrong_clock.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

namespace cloche::torture {
namespace {

using namespace std::chrono_literals;

constexpr auto stop_within = 10s;
constexpr auto look_every = 20ms;

/// In the child, where only what is safe behind a fork may be called.
[[noreturn]] void become(const char* command, int log) {
    ::setpgid(0, 0);
    // It must not outlive the run, however that ends.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
    if (log >= 0) {
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
    }
    // Nothing of the run's own: a connection that the run closes must be closed for good, and what
    // it starts needs descriptors of its own.
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    ::execl("/bin/sh", "sh", "-c", command, nullptr);
    ::_exit(127);
}

}  // namespace

replica_process::replica_process(std::string command, std::string log_file)
    : command_(std::move(command)), log_file_(std::move(log_file)) {}

replica_process::replica_process(replica_process&& other) noexcept
    : command_(std::move(other.command_)),
      log_file_(std::move(other.log_file_)),
      group_(std::exchange(other.group_, 0)) {}

replica_process::~replica_process() {
    if (group_ == 0) return;
    signal(SIGCONT);
    signal(SIGTERM);
    const auto limit = std::chrono::steady_clock::now() + stop_within;
    while (is_running() && std::chrono::steady_clock::now() < limit)
        std::this_thread::sleep_for(look_every);
    kill();
}

bool replica_process::start(std::string& why) {
    const int log =
        ::open(log_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (log < 0) {
        why = log_file_ + ": " + std::system_category().message(errno);
        return false;
    }
    const char* const command = command_.c_str();
    const pid_t child = ::fork();
    if (child == 0) become(command, log);
    const int failed = errno;
    ::close(log);
    if (child < 0) {
        why = "no process: " + std::system_category().message(failed);
        return false;
    }
    // Both sides do it, so that it is done before either goes on.
    ::setpgid(child, child);
    group_ = child;
    return true;
}

void replica_process::signal(int number) const noexcept {
    if (group_ > 0) ::kill(-group_, number);
}

void replica_process::kill() {
    if (group_ == 0) return;
    signal(SIGKILL);
    ::waitpid(group_, nullptr, 0);
    clear_after(group_);
    group_ = 0;
}

void replica_process::freeze() {
    signal(SIGSTOP);
}

void replica_process::thaw() {
    signal(SIGCONT);
}

bool replica_process::is_running() {
    if (group_ == 0) return false;
    if (::waitpid(group_, nullptr, WNOHANG) == 0) return true;
    signal(SIGKILL);  // what it has left behind
    group_ = 0;
    return false;
}

bool replica_process::wait() {
    int status = 0;
    const pid_t ended = ::waitpid(group_, &status, 0);
    group_ = 0;
    return ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool run_command(const std::string& command) {
    replica_process once(command, "/dev/null");
    std::string why;
    if (!once.start(why)) return false;
    return once.wait();
}

}  // namespace cloche::torture
