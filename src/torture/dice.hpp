// Chance that repeats itself: the same seed gives the same throws on every machine.
#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <initializer_list>

namespace cloche::torture {

/// SplitMix64 (Steele, Lea, Flood 2014). Not for secrets.
class dice {
public:
    explicit dice(std::uint64_t seed) noexcept : state_(seed) {}

    /// Dice of their own for each thing that is named by numbers, whatever order things happen in.
    static dice of(std::uint64_t seed, std::initializer_list<std::uint64_t> names) noexcept {
        dice mixed(seed);
        for (const std::uint64_t name : names)
            mixed.state_ = mixed.next() ^ (name * 0x9e3779b97f4a7c15ULL);
        return mixed;
    }

    std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }
    /// In [0, 1).
    double unit() noexcept { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    /// `share` of the throws, 0 to 1.
    bool happens(double share) noexcept { return unit() < share; }
    /// 0 to `count` - 1; `count` at least 1.
    std::size_t one_of(std::size_t count) noexcept { return next() % count; }
    milliseconds between(milliseconds least, milliseconds most) noexcept {
        return least + milliseconds(static_cast<std::int64_t>(
                           unit() * static_cast<double>((most - least).count() + 1)
                       ));
    }

private:
    std::uint64_t state_;
};

}  // namespace cloche::torture
