#include "crypto/key_ring.hpp"

#include "base/encoding.hpp"
#include "base/private_file.hpp"
#include "base/secret.hpp"

#include <algorithm>
#include <stdexcept>

namespace cloche::crypto {
namespace {

constexpr char with_key_id = 1;
constexpr std::size_t id_size = 8;
constexpr std::size_t head_size = 1 + id_size;

bool is_whole(const key_ring::key& key) {
    return key.id.size() == id_size && base64url_decode(key.id) &&
           key.bytes.size() == sealing_key_size;
}

bool has_id_twice(const std::vector<key_ring::key>& keys) {
    std::vector<std::string_view> ids;
    for (const auto& key : keys)
        ids.push_back(key.id);
    std::sort(ids.begin(), ids.end());
    return std::adjacent_find(ids.begin(), ids.end()) != ids.end();
}

/// Reads the text of the file at `path`, and wipes it.
result<key_ring> ring_in(std::string text, const std::string& path, std::string& why) {
    auto ring = key_ring::parse(text, why);
    wipe(text);
    if (!ring) why = path + ": " + why;
    return ring;
}

}  // namespace

key_ring::key::key(std::string its_id, std::string its_bytes, std::optional<instant> from)
    : id(std::move(its_id)), bytes(std::move(its_bytes)), seals_from(from) {}

key_ring::key::~key() {
    wipe(bytes);
}

key_ring::key key_ring::key::fresh(random_source& random, std::optional<instant> from) {
    // Six random bytes are eight characters of base64url.
    auto id = base64url_encode(random.bytes(id_size / 4 * 3));
    return {std::move(id), random.bytes(sealing_key_size), from};
}

key_ring::key_ring(std::vector<key> keys) : keys_(std::move(keys)) {
    if (keys_.empty()) throw std::invalid_argument("a key ring without keys");
    if (!std::ranges::all_of(keys_, is_whole))
        throw std::invalid_argument("a key ring with a malformed key");
    if (has_id_twice(keys_)) throw std::invalid_argument("a key ring with one id twice");
}

result<key_ring> key_ring::load_or_create(
    const std::string& path, random_source& random, std::string& why
) {
    const auto make = [&random] { return key_ring({key::fresh(random)}).to_text(); };
    auto text = read_or_make_private_file(path, make, why);
    if (!text) CLOCHE_FAIL(errc::bad_key_file);
    return ring_in(std::move(*text), path, why);
}

result<key_ring> key_ring::load(const std::string& path, std::string& why) {
    auto text = read_private_file(path, why);
    if (!text) CLOCHE_FAIL(errc::bad_key_file);
    return ring_in(std::move(*text), path, why);
}

key_ring key_ring::with_fresh_key(random_source& random, instant seals_from) const {
    std::vector<key> keys{key::fresh(random, seals_from)};
    keys.insert(keys.end(), keys_.begin(), keys_.end());
    return key_ring(std::move(keys));
}

key_ring key_ring::without(std::string_view id) const {
    std::vector<key> keys = keys_;
    std::erase_if(keys, [id](const key& each) { return each.id == id; });
    return key_ring(std::move(keys));
}

std::vector<std::string> key_ring::ids() const {
    std::vector<std::string> ids;
    for (const auto& each : keys_)
        ids.push_back(each.id);
    return ids;
}

std::size_t key_ring::sealing_at(instant now) const {
    const auto begun = std::ranges::find_if(keys_, [now](const key& each) {
        return !each.seals_from || *each.seals_from <= now;
    });
    const auto last = keys_.end() - 1;
    return static_cast<std::size_t>(std::min(begun, last) - keys_.begin());
}

std::vector<key_use> key_ring::uses(instant now) const {
    const auto sealing = sealing_at(now);
    std::vector<key_use> uses;
    // When the first of the newer keys took over; nothing once one of them has no date.
    std::optional<instant> taken_over;
    bool is_known = true;
    for (std::size_t at = 0; at < keys_.size(); ++at) {
        key_use use;
        use.id = keys_[at].id;
        use.seals_from = keys_[at].seals_from;
        if (at < sealing) use.duty = key_duty::waits;
        if (at == sealing) use.duty = key_duty::seals;
        if (at > sealing && is_known) use.sealed_until = taken_over;
        uses.push_back(std::move(use));
        if (at < sealing) continue;
        const auto from = keys_[at].seals_from;
        if (!from) is_known = false;
        taken_over = from && taken_over ? std::min(*from, *taken_over) : from;
    }
    return uses;
}

std::string key_ring::seal(
    std::string_view plain, std::string_view associated, instant now, random_source& random
) const {
    const auto& sealing = keys_[sealing_at(now)];
    return detail::seal_behind(with_key_id + sealing.id, sealing.bytes, plain, associated, random);
}

result<std::string> key_ring::open(std::string_view sealed, std::string_view associated) const {
    const auto id = id_in(sealed);
    if (!id) CLOCHE_FAIL(errc::cannot_open);
    const auto found = std::ranges::find(keys_, *id, &key::id);
    if (found == keys_.end()) CLOCHE_FAIL(errc::unknown_key);
    return detail::open_behind(head_size, found->bytes, sealed, associated);
}

std::optional<std::string_view> key_ring::id_in(std::string_view sealed) {
    if (sealed.size() < head_size || sealed.front() != with_key_id) return std::nullopt;
    return sealed.substr(1, id_size);
}

}  // namespace cloche::crypto
