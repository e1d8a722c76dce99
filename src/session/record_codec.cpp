#include "session/record_codec.hpp"

#include <limits>

namespace cloche::session {
namespace {

constexpr char layout = 1;

/// What a sealed text is bound to: its purpose, and whose it is (CK-12).
std::string associated_data(const id_hash& id) {
    std::string text = "cloche session 1:";
    text.append(bytes_of(id));
    return text;
}

class byte_writer {
public:
    void number(std::uint64_t value, int bytes) {
        for (int index = 0; index < bytes; ++index)
            text_.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * index))));
    }
    void text(std::string_view value) {
        number(value.size(), 4);
        text_.append(value);
    }
    void time(instant value) {
        number(static_cast<std::uint64_t>(value.time_since_epoch().count()), 8);
    }
    template <class T, class Write>
    void optional(const std::optional<T>& value, Write write) {
        number(value ? 1 : 0, 1);
        if (value) write(*value);
    }
    void reserve(std::size_t size) { text_.reserve(size); }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

class byte_reader {
public:
    explicit byte_reader(std::string_view bytes) noexcept : rest_(bytes) {}

    std::uint64_t number(std::size_t bytes) {
        const auto taken = take(bytes);
        std::uint64_t value = 0;
        for (std::size_t index = taken.size(); index > 0; --index)
            value = value << 8 | static_cast<unsigned char>(taken[index - 1]);
        return value;
    }
    std::string text() { return std::string(take(number(4))); }
    instant time() { return instant(milliseconds(static_cast<std::int64_t>(number(8)))); }
    bool flag() {
        const auto value = number(1);
        if (value > 1) broken_ = true;
        return value == 1;
    }
    /// Everything was there, and nothing is left over.
    bool ended_well() const noexcept { return !broken_ && rest_.empty(); }

private:
    std::string_view take(std::uint64_t count) {
        if (broken_ || count > rest_.size()) {
            broken_ = true;
            return {};
        }
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    std::string_view rest_;
    bool broken_ = false;
};

}  // namespace

std::string encode_private_part(const record& session) {
    const auto& tokens = session.tokens;
    byte_writer out;
    // In one piece: growing would leave copies of the tokens in freed memory.
    out.reserve(
        64 + tokens.access.size() + tokens.refresh.size() + session.user.size() +
        session.address.size() + session.agent.size()
    );
    out.number(layout, 1);
    out.text(tokens.access.reveal());
    out.time(tokens.sent_at);
    out.optional(tokens.life, [&](milliseconds life) {
        out.number(static_cast<std::uint64_t>(life.count()), 8);
    });
    out.text(tokens.refresh.reveal());
    out.optional(tokens.refresh_expires, [&](instant when) { out.time(when); });
    out.text(session.user);
    out.text(session.address);
    out.text(session.agent);
    return out.take();
}

result<void> decode_private_part(std::string_view bytes, record& into) {
    byte_reader in(bytes);
    if (in.number(1) != layout) CLOCHE_FAIL(errc::unreadable_record);
    auto& tokens = into.tokens;
    tokens.access = access_token(in.text());
    tokens.sent_at = in.time();
    tokens.life.reset();
    if (in.flag()) tokens.life = milliseconds(static_cast<std::int64_t>(in.number(8)));
    tokens.refresh = refresh_token(in.text());
    tokens.refresh_expires.reset();
    if (in.flag()) tokens.refresh_expires = in.time();
    into.user = in.text();
    into.address = in.text();
    into.agent = in.text();
    if (!in.ended_well()) CLOCHE_FAIL(errc::unreadable_record);
    return {};
}

std::string seal_private_part(
    const record& session, const crypto::key_ring& keys, instant now, crypto::random_source& random
) {
    std::string plain = encode_private_part(session);
    std::string sealed = keys.seal(plain, associated_data(session.id), now, random);
    wipe(plain.data(), plain.size());
    return sealed;
}

result<void> open_private_part(
    std::string_view sealed, const crypto::key_ring& keys, record& into
) {
    auto plain = keys.open(sealed, associated_data(into.id));
    if (!plain) {
        if (plain.error() == crypto::errc::unknown_key) CLOCHE_FAIL(errc::key_missing);
        CLOCHE_FAIL(errc::unreadable_record);
    }
    const auto read = decode_private_part(*plain, into);
    wipe(plain->data(), plain->size());
    return read;
}

}  // namespace cloche::session
