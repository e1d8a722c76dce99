// Which fault befalls which refresh. Pure.
#pragma once

#include "torture/plan.hpp"

#include <cstdint>
#include <string_view>

namespace cloche::torture {

enum class fault {
    none,
    // instead of a rotation
    reset,
    status_500,
    status_429,
    status_403,
    garbage,
    // after it
    lost,
    cut,
    garbled,
    slow,
    // of the session itself
    revoked,
};
inline constexpr std::size_t fault_count = 11;

std::string_view name_of(fault what) noexcept;
/// The refresh token is not spent.
bool is_instead_of_rotation(fault what) noexcept;

struct planned_fault {
    fault what = fault::none;
    milliseconds late{0};  ///< with `slow`
};

/// For the `attempt`th refresh of a sign-in; the same for the same numbers.
planned_fault fault_of(
    const api_faults& shares, std::uint64_t seed, std::uint64_t family, std::uint64_t attempt
);

}  // namespace cloche::torture
