#include "runtime/process_signals.hpp"

#include <pthread.h>

#include <csignal>
#include <ctime>

namespace cloche::runtime {

namespace {

sigset_t ending_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

}  // namespace

process_signals::process_signals() {
    const auto set = ending_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int process_signals::wait() const {
    const auto set = ending_signals();
    int number = 0;
    while (sigwait(&set, &number) != 0) {
    }
    return number;
}

bool process_signals::came() const {
    const auto set = ending_signals();
    const timespec at_once{};
    return sigtimedwait(&set, nullptr, &at_once) > 0;
}

}  // namespace cloche::runtime
