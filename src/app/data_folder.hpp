// The folder that a program keeps its files in: made on first start, and locked so that no second
// process shares it.
#pragma once

#include <memory>
#include <string>

namespace cloche::app {

class data_folder {
public:
    /// Makes `path` (mode 0700) if need be, and holds an exclusive lock on `path`/`lock_name` for
    /// as long as the object lives. Null on failure; `why` says what to do about it.
    static std::unique_ptr<data_folder> open(
        const std::string& path, const std::string& lock_name, std::string& why
    );
    ~data_folder();
    data_folder(const data_folder&) = delete;
    data_folder& operator=(const data_folder&) = delete;

    std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    data_folder(std::string path, int lock);
    std::string path_;
    int lock_;
};

}  // namespace cloche::app
