// One replica of the gateway under test: a command of its own process group, which can be killed,
// stopped for a while, and started again. For one thread, which has to live as long as the process.
#pragma once

#include <sys/types.h>

#include <string>

namespace cloche::torture {

class replica_process {
public:
    /// `command` is for the shell. What it prints goes to `log_file`, behind what is there.
    replica_process(std::string command, std::string log_file);
    /// Ends it: SIGTERM, and SIGKILL if that takes longer than 10 s.
    ~replica_process();
    replica_process(replica_process&& other) noexcept;
    replica_process& operator=(replica_process&&) = delete;

    /// False if there can be no process; `why` says so.
    bool start(std::string& why);
    void kill();
    void freeze();
    void thaw();

    /// False also once it has ended by itself.
    bool is_running();
    /// Until it ends by itself. True if that was with status 0.
    bool wait();
    const std::string& log_file() const noexcept { return log_file_; }

private:
    void signal(int number) const noexcept;

    std::string command_;
    std::string log_file_;
    pid_t group_ = 0;  ///< 0: none
};

/// Runs a command of the shell to its end. True if it says so.
bool run_command(const std::string& command);

}  // namespace cloche::torture
