// Lets one process at a time change what is in a folder: those who ask for the lock. It leaves no
// file behind, and goes with the process.
#pragma once

#include "base/result.hpp"

#include <string>

namespace cloche {

class folder_lock {
public:
    /// Waits for whoever holds it. Errors: those of the system calls.
    static result<folder_lock> of_folder_with(const std::string& file);
    ~folder_lock();
    folder_lock(folder_lock&& other) noexcept;
    folder_lock& operator=(folder_lock&&) = delete;

private:
    explicit folder_lock(int folder) noexcept : folder_(folder) {}

    int folder_;
};

}  // namespace cloche
