#include "crypto/key_ring.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/private_file.hpp"
#include "base/secret.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace cloche::crypto {
namespace {

constexpr char with_key_id = 1;
constexpr std::size_t id_size = 8;
constexpr std::size_t head_size = 1 + id_size;

bool is_id(std::string_view text) {
    return text.size() == id_size && base64url_decode(text).has_value();
}

/// One element of the file's `keys`.
std::optional<key_ring::key> parse_key(const boost::json::value& value) {
    const auto* object = value.if_object();
    if (!object || object->size() != 2) return std::nullopt;
    const auto id = text_member(*object, "id");
    const auto encoded = text_member(*object, "key");
    if (!id || !is_id(*id) || !encoded) return std::nullopt;
    auto bytes = base64url_decode(*encoded);
    if (!bytes || bytes->size() != sealing_key_size) return std::nullopt;
    return key_ring::key(std::string(*id), std::move(*bytes));
}

bool has_id_twice(const std::vector<key_ring::key>& keys) {
    std::vector<std::string_view> ids;
    for (const auto& key : keys)
        ids.push_back(key.id);
    std::sort(ids.begin(), ids.end());
    return std::adjacent_find(ids.begin(), ids.end()) != ids.end();
}

}  // namespace

key_ring::key::key(std::string its_id, std::string its_bytes)
    : id(std::move(its_id)), bytes(std::move(its_bytes)) {}

key_ring::key::~key() {
    wipe(bytes);
}

key_ring::key key_ring::key::fresh(random_source& random) {
    // Six random bytes are eight characters of base64url.
    auto id = base64url_encode(random.bytes(id_size / 4 * 3));
    return {std::move(id), random.bytes(sealing_key_size)};
}

key_ring::key_ring(std::vector<key> keys) : keys_(std::move(keys)) {
    if (keys_.empty()) throw std::invalid_argument("a key ring without keys");
    for (const auto& each : keys_) {
        if (!is_id(each.id) || each.bytes.size() != sealing_key_size) {
            throw std::invalid_argument("a key ring with a malformed key");
        }
    }
    if (has_id_twice(keys_)) throw std::invalid_argument("a key ring with one id twice");
}

result<key_ring> key_ring::load_or_create(
    const std::string& path, random_source& random, std::string& why
) {
    const auto make = [&random] { return key_ring({key::fresh(random)}).to_text(); };
    auto text = read_or_make_private_file(path, make, why);
    if (!text) CLOCHE_FAIL(errc::bad_key_file);
    auto ring = parse(*text, why);
    wipe(*text);
    if (!ring) why = path + ": " + why;
    return ring;
}

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
            why = "key " + std::to_string(keys.size() + 1) +
                  " is not {\"id\": 8 characters, \"key\": 32 bytes in base64url}";
            CLOCHE_FAIL(errc::bad_key_file);
        }
        keys.push_back(std::move(*parsed));
    }
    if (keys.empty()) {
        why = "the key ring is empty";
        CLOCHE_FAIL(errc::bad_key_file);
    }
    if (has_id_twice(keys)) {
        why = "two keys have the same id";
        CLOCHE_FAIL(errc::bad_key_file);
    }
    return key_ring(std::move(keys));
}

std::string key_ring::to_text() const {
    boost::json::array listed;
    for (const auto& each : keys_) {
        listed.push_back({{"id", each.id}, {"key", base64url_encode(each.bytes)}});
    }
    return boost::json::serialize(boost::json::object{{"keys", std::move(listed)}}) + "\n";
}

key_ring key_ring::with_fresh_key(random_source& random, std::size_t keep) const {
    std::vector<key> keys{key::fresh(random)};
    const auto kept = std::min(keep, keys_.size());
    keys.insert(keys.end(), keys_.begin(), keys_.begin() + static_cast<std::ptrdiff_t>(kept));
    return key_ring(std::move(keys));
}

std::vector<std::string> key_ring::ids() const {
    std::vector<std::string> ids;
    for (const auto& each : keys_)
        ids.push_back(each.id);
    return ids;
}

std::string key_ring::seal(
    std::string_view plain, std::string_view associated, random_source& random
) const {
    const auto& newest = keys_.front();
    return detail::seal_behind(with_key_id + newest.id, newest.bytes, plain, associated, random);
}

result<std::string> key_ring::open(std::string_view sealed, std::string_view associated) const {
    if (sealed.size() < head_size || sealed.front() != with_key_id) CLOCHE_FAIL(errc::cannot_open);
    const auto id = sealed.substr(1, id_size);
    const auto found = std::find_if(keys_.begin(), keys_.end(), [id](const key& candidate) {
        return candidate.id == id;
    });
    if (found == keys_.end()) CLOCHE_FAIL(errc::unknown_key);
    return detail::open_behind(head_size, found->bytes, sealed, associated);
}

}  // namespace cloche::crypto
