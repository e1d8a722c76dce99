// The signals that end a process, taken by the main thread one at a time.
#pragma once

namespace cloche::runtime {

/// Make it before the first thread: SIGTERM and SIGINT are blocked in the calling thread and in
/// those that it starts, so that only wait() sees them.
class process_signals {
public:
    process_signals();
    /// Blocks until one of them comes. Gives its number.
    int wait() const;
    /// Takes one of them if it has come.
    bool came() const;
};

}  // namespace cloche::runtime
