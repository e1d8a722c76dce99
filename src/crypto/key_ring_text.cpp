// The text of a key file: docs/formats/sealed.md. Written with a key on each line, read in any
// layout.
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/utc_text.hpp"
#include "crypto/key_ring.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <optional>

namespace cloche::crypto {
namespace {

/// One element of the file's `keys`.
std::optional<key_ring::key> parse_key(const boost::json::value& value) {
    const auto* object = value.if_object();
    if (!object) return std::nullopt;
    const auto id = text_member(*object, "id");
    const auto encoded = text_member(*object, "key");
    const auto from = text_member(*object, "seals_from");
    const std::size_t known = from ? 3 : 2;
    if (object->size() != known || !id || !encoded) return std::nullopt;
    const auto id_bytes = base64url_decode(*id);
    auto bytes = base64url_decode(*encoded);
    if (!id_bytes || id->size() != 8 || !bytes || bytes->size() != sealing_key_size)
        return std::nullopt;
    std::optional<instant> seals_from;
    if (from && !(seals_from = parse_utc_text(*from))) return std::nullopt;
    return key_ring::key(std::string(*id), std::move(*bytes), seals_from);
}

/// The line on which each element of the one list in the text begins: objects in its object.
std::vector<std::size_t> lines_of_elements(std::string_view text) {
    std::vector<std::size_t> lines;
    std::size_t line = 1;
    int depth = 0;
    bool in_text = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char each = text[at];
        if (each == '\n') ++line;
        if (in_text && each == '\\') ++at;
        if (each == '"') in_text = !in_text;
        if (in_text) continue;
        if (each == '{' && ++depth == 2) lines.push_back(line);
        if (each == '}') --depth;
    }
    return lines;
}

std::string place_of(std::size_t element, std::string_view text) {
    const auto lines = lines_of_elements(text);
    const std::string name = "key " + std::to_string(element + 1);
    return element < lines.size() ? "line " + std::to_string(lines[element]) + ": " + name : name;
}

}  // namespace

result<key_ring> key_ring::parse(std::string_view text, std::string& why) {
    const auto document = parse_json_object(text);
    const auto* listed = document ? document->if_contains("keys") : nullptr;
    const auto* array = listed ? listed->if_array() : nullptr;
    if (!array) {
        why = "not a key ring: no JSON object with a list `keys`";
        CLOCHE_FAIL(errc::bad_key_file);
    }
    std::vector<key> keys;
    for (const auto& element : *array) {
        auto parsed = parse_key(element);
        if (!parsed) {
            why = place_of(keys.size(), text) +
                  " is not {\"id\": 8 characters, \"key\": 32 bytes in base64url}, with or without "
                  "\"seals_from\": a time like 2026-01-31T12:00:00Z";
            CLOCHE_FAIL(errc::bad_key_file);
        }
        if (std::ranges::find(keys, parsed->id, &key::id) != keys.end()) {
            why = place_of(keys.size(), text) + " has the same id as one before it";
            CLOCHE_FAIL(errc::bad_key_file);
        }
        keys.push_back(std::move(*parsed));
    }
    if (keys.empty()) {
        why = "the key ring is empty";
        CLOCHE_FAIL(errc::bad_key_file);
    }
    return key_ring(std::move(keys));
}

std::string key_ring::to_text() const {
    std::string text = "{\"keys\":[\n";
    for (const auto& each : keys_) {
        boost::json::object listed{{"id", each.id}, {"key", base64url_encode(each.bytes)}};
        if (each.seals_from) listed.emplace("seals_from", utc_text(*each.seals_from));
        text += boost::json::serialize(listed);
        text += &each == &keys_.back() ? "\n" : ",\n";
    }
    return text + "]}\n";
}

}  // namespace cloche::crypto
