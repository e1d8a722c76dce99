#include "torture/fault_plan.hpp"

#include "torture/dice.hpp"

#include <algorithm>
#include <array>

namespace cloche::torture {
namespace {

struct fault_row {
    fault what;
    std::string_view name;
    double api_faults::*share;
    bool instead_of_rotation;
};
constexpr std::array<fault_row, fault_count - 1> table{{
    {fault::reset, "reset", &api_faults::reset, true},
    {fault::status_500, "status_500", &api_faults::status_500, true},
    {fault::status_429, "status_429", &api_faults::status_429, true},
    {fault::status_403, "status_403", &api_faults::status_403, true},
    {fault::garbage, "garbage", &api_faults::garbage, true},
    {fault::lost, "lost", &api_faults::lost, false},
    {fault::cut, "cut", &api_faults::cut, false},
    {fault::garbled, "garbled", &api_faults::garbled, false},
    {fault::slow, "slow", &api_faults::slow, false},
    {fault::revoked, "revoked", &api_faults::revoked, false},
}};

/// Null for none.
const fault_row* row_of(fault what) noexcept {
    const auto* const row = std::ranges::find(table, what, &fault_row::what);
    return row == table.end() ? nullptr : row;
}

}  // namespace

std::string_view name_of(fault what) noexcept {
    const auto* const row = row_of(what);
    return row == nullptr ? "none" : row->name;
}

bool is_instead_of_rotation(fault what) noexcept {
    const auto* const row = row_of(what);
    return row != nullptr && row->instead_of_rotation;
}

planned_fault fault_of(
    const api_faults& shares, std::uint64_t seed, std::uint64_t family, std::uint64_t attempt
) {
    dice throws = dice::of(seed, {1, family, attempt});
    double left = throws.unit();
    for (const fault_row& row : table) {
        const double share = shares.*row.share;
        if (left >= share) {
            left -= share;
            continue;
        }
        planned_fault out{row.what};
        if (row.what == fault::slow) out.late = throws.between(milliseconds(100), shares.slow_most);
        return out;
    }
    return {};
}

}  // namespace cloche::torture
