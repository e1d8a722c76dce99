#include "torture/fault_plan.hpp"

#include "torture/dice.hpp"

#include <array>
#include <utility>

namespace cloche::torture {

std::string_view name_of(fault what) noexcept {
    switch (what) {
        case fault::none:
            return "none";
        case fault::reset:
            return "reset";
        case fault::status_500:
            return "status_500";
        case fault::status_429:
            return "status_429";
        case fault::status_403:
            return "status_403";
        case fault::garbage:
            return "garbage";
        case fault::lost:
            return "lost";
        case fault::cut:
            return "cut";
        case fault::garbled:
            return "garbled";
        case fault::slow:
            return "slow";
        case fault::revoked:
            return "revoked";
    }
    return "";
}

bool is_instead_of_rotation(fault what) noexcept {
    return what == fault::reset || what == fault::status_500 || what == fault::status_429 ||
           what == fault::status_403 || what == fault::garbage;
}

planned_fault fault_of(
    const api_faults& shares, std::uint64_t seed, std::uint64_t family, std::uint64_t attempt
) {
    const std::array<std::pair<fault, double>, fault_count - 1> table{{
        {fault::reset, shares.reset},
        {fault::status_500, shares.status_500},
        {fault::status_429, shares.status_429},
        {fault::status_403, shares.status_403},
        {fault::garbage, shares.garbage},
        {fault::lost, shares.lost},
        {fault::cut, shares.cut},
        {fault::garbled, shares.garbled},
        {fault::slow, shares.slow},
        {fault::revoked, shares.revoked},
    }};
    dice throws = dice::of(seed, {1, family, attempt});
    double left = throws.unit();
    for (const auto& [what, share] : table) {
        if (left < share) {
            planned_fault out{what};
            if (what == fault::slow) out.late = throws.between(milliseconds(100), shares.slow_most);
            return out;
        }
        left -= share;
    }
    return {};
}

}  // namespace cloche::torture
