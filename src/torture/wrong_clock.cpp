#include "torture/wrong_clock.hpp"

#include <semaphore.h>
#include <sys/mman.h>

#include <filesystem>
#include <system_error>

namespace cloche::torture {

std::string with_clock_off(milliseconds off, const std::string& command) {
    if (off == milliseconds::zero()) return command;
    const auto count = std::chrono::duration_cast<seconds>(off).count();
    // The loader puts the machine's folder in for $LIB. The library reads both spellings of the
    // other variable in one version or another.
    return "export LD_PRELOAD='/usr/$LIB/faketime/libfaketime.so.1' DONT_FAKE_MONOTONIC=1 "
           "FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME=" +
           std::string(count < 0 ? "" : "+") + std::to_string(count) + "s; " + command;
}

void clear_after(pid_t killed) {
    const std::string number = std::to_string(killed);
    ::shm_unlink(("/faketime_shm_" + number).c_str());
    ::sem_unlink(("/faketime_sem_" + number).c_str());
}

bool can_be_off() {
    // /usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1
    std::error_code failed;
    for (const auto& folder : std::filesystem::directory_iterator("/usr/lib", failed)) {
        std::error_code ignored;
        if (std::filesystem::exists(folder.path() / "faketime/libfaketime.so.1", ignored))
            return true;
    }
    return false;
}

}  // namespace cloche::torture
