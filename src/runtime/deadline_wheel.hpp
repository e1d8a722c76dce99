// Time limits without timers: one coarse wheel per I/O thread, 250 ms a tick.
//
// Setting a limit is writing a number down; it costs no allocation, no system call and no Asio
// operation, because a limit that is set for every read and nearly never met must cost nothing. The
// price is coarseness: a limit of d is met between d and d + 500 ms, never early. For exact times
// use an Asio timer.
//
// A wheel belongs to an io_context and lives as long. Everything here is for its thread only.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace cloche::runtime {

class deadline_wheel;

namespace detail {

using wheel_hook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
template <class T>
using wheel_list = boost::intrusive::list<T, boost::intrusive::constant_time_size<false>>;

/// Makes a plain function of a member function that takes nothing.
template <auto Member>
struct member_call;
template <class Owner, void (Owner::*Member)()>
struct member_call<Member> {
    static void call(void* owner) { (static_cast<Owner*>(owner)->*Member)(); }
};

}  // namespace detail

using wheel_action = void (*)(void* owner);

/// The action that calls `owner->Member()`.
template <auto Member>
inline constexpr wheel_action calls = &detail::member_call<Member>::call;

/// One time limit, to be set again and again. Lives in what it limits.
class deadline : public detail::wheel_hook {
public:
    deadline(deadline_wheel& wheel, void* owner, wheel_action act) noexcept
        : wheel_(wheel), owner_(owner), act_(act) {}
    ~deadline() { disarm(); }
    deadline(const deadline&) = delete;
    deadline& operator=(const deadline&) = delete;

    /// Calls the action once `limit` has passed, from the thread's event loop. Takes the place of
    /// an earlier limit.
    inline void arm(std::chrono::milliseconds limit);
    inline void disarm() noexcept;
    bool armed() const noexcept { return due_ != 0; }

private:
    friend class deadline_wheel;

    deadline_wheel& wheel_;
    void* owner_;
    wheel_action act_;
    std::uint64_t due_ = 0;   ///< the tick it is met at; 0: not set
    std::uint64_t slot_ = 0;  ///< the tick it is looked at next, when linked
};

/// Something that is to be looked at on every tick while it is on.
class tick_watch : public detail::wheel_hook {
public:
    tick_watch(deadline_wheel& wheel, void* owner, wheel_action act) noexcept
        : wheel_(wheel), owner_(owner), act_(act) {}
    tick_watch(const tick_watch&) = delete;
    tick_watch& operator=(const tick_watch&) = delete;

    inline void start();
    void stop() noexcept { unlink(); }
    bool started() const noexcept { return is_linked(); }

private:
    friend class deadline_wheel;

    deadline_wheel& wheel_;
    void* owner_;
    wheel_action act_;
};

class deadline_wheel final : public boost::asio::execution_context::service {
public:
    using key_type = deadline_wheel;
    inline static boost::asio::execution_context::id id;

    static constexpr std::chrono::milliseconds tick{250};

    /// The wheel of that context; made on the first call.
    static deadline_wheel& of(boost::asio::io_context& context);

    explicit deadline_wheel(boost::asio::io_context& context);
    ~deadline_wheel() override;

    /// The number of the current tick: a clock that is free to read. Runs while anything is armed.
    std::uint64_t now() const noexcept { return now_; }

    /// Meets what is due up to `to`. For the wheel's own timer, and for tests.
    void advance(std::uint64_t to);

    static constexpr std::uint64_t ticks_of(std::chrono::milliseconds limit) noexcept {
        // One more than it takes: the current tick has partly passed.
        return static_cast<std::uint64_t>((limit.count() + tick.count() - 1) / tick.count()) + 1;
    }

private:
    friend class deadline;
    friend class tick_watch;
    struct timer;
    static constexpr std::size_t slots = 256;

    void shutdown() override;
    void resume();
    void schedule();
    void pause_or_schedule();
    void place(deadline& entry);
    std::uint64_t tick_of_clock() const;

    std::uint64_t now_ = 1;
    std::size_t armed_ = 0;
    bool running_ = false;
    std::array<detail::wheel_list<deadline>, slots> slots_;
    detail::wheel_list<tick_watch> watches_;
    std::chrono::steady_clock::time_point origin_;
    std::unique_ptr<timer> timer_;
};

void deadline::arm(std::chrono::milliseconds limit) {
    if (!wheel_.running_) wheel_.resume();
    if (due_ == 0) ++wheel_.armed_;
    due_ = wheel_.now_ + deadline_wheel::ticks_of(limit);
    // Already linked at or before that: the wheel moves it on when it gets there.
    if (!is_linked() || due_ < slot_) wheel_.place(*this);
}

void deadline::disarm() noexcept {
    if (due_ == 0) return;
    due_ = 0;
    --wheel_.armed_;
}

void tick_watch::start() {
    if (is_linked()) return;
    if (!wheel_.running_) wheel_.resume();
    wheel_.watches_.push_back(*this);
}

}  // namespace cloche::runtime
