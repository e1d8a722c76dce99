#include "session/change_note.hpp"

#include "base/encoding.hpp"

#include <algorithm>

namespace cloche::session {

std::string change_note(std::string_view origin, const id_hash& id) {
    std::string note(origin);
    note += ':';
    hex_append(note, bytes_of(id));
    return note;
}

std::optional<id_hash> changed_by_another(std::string_view note, std::string_view own) {
    const auto colon = note.find(':');
    if (colon == std::string_view::npos || note.substr(0, colon) == own) return std::nullopt;
    const auto bytes = hex_decode(note.substr(colon + 1));
    id_hash id;
    if (!bytes || bytes->size() != id.bytes.size()) return std::nullopt;
    std::ranges::copy(*bytes, id.bytes.begin());
    return id;
}

}  // namespace cloche::session
