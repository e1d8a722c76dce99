#include "http/hop_by_hop.hpp"

#include "http/field_list.hpp"

#include <algorithm>

namespace cloche::http {
namespace {

constexpr std::uint64_t bit(field_id id) noexcept {
    return std::uint64_t{1} << static_cast<unsigned>(id);
}
static_assert(field_id_count <= 64);

constexpr std::uint64_t always =
    bit(field_id::connection) | bit(field_id::keep_alive) | bit(field_id::proxy_authenticate) |
    bit(field_id::proxy_authorization) | bit(field_id::proxy_connection) | bit(field_id::te) |
    bit(field_id::trailer) | bit(field_id::transfer_encoding) | bit(field_id::upgrade);

constexpr std::string_view proxy_prefix = "proxy-";

template <class Predicate>
bool any_connection_option(std::span<const field> fields, Predicate wanted) {
    return std::any_of(fields.begin(), fields.end(), [&wanted](const field& line) {
        return line.id == field_id::connection && any_element(line.value, ',', wanted);
    });
}

}  // namespace

hop_by_hop::hop_by_hop(std::span<const field> fields) noexcept : fields_(fields), ids_(always) {
    any_connection_option(fields, [this](std::string_view option) {
        const field_id id = identify(option);
        if (id != field_id::other) {
            ids_ |= bit(id);
        } else if (!equal_ignoring_case(option, "close")) {
            names_others_ = true;
        }
        return false;
    });
}

bool hop_by_hop::contains(const field& line) const noexcept {
    if ((ids_ & bit(line.id)) != 0) return true;
    if (line.id != field_id::other && line.id != field_id::underscored) return false;
    return equal_ignoring_case(line.name.substr(0, proxy_prefix.size()), proxy_prefix) ||
           (names_others_ && is_named(line.name));
}

bool hop_by_hop::is_named(std::string_view name) const noexcept {
    return any_connection_option(fields_, [name](std::string_view option) {
        return equal_ignoring_case(option, name);
    });
}

}  // namespace cloche::http
