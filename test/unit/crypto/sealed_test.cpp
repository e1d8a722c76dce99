#include "crypto/sealed.hpp"

#include "base/encoding.hpp"
#include "support/scripted_random.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace cloche::crypto {
namespace {

const std::string key(32, 'k');

TEST(sealed, what_was_sealed_opens) {
    system_random random;
    for (const std::size_t size : {0, 1, 31, 64, 5000}) {
        const std::string plain(size, '\x80');
        const auto sealed = seal_with(key, plain, "purpose", random);
        EXPECT_EQ(sealed.size(), size + 41);
        EXPECT_EQ(open_with(key, sealed, "purpose").value(), plain);
    }
}

// The bytes are kept in databases: docs/formats/sealed.md. These were computed apart from
// libsodium, by HChaCha20 written after draft-irtf-cfrg-xchacha section 2.2 and the
// ChaCha20-Poly1305 of OpenSSL.
TEST(sealed, the_bytes_are_those_of_the_documented_format) {
    test::scripted_random random({"abcdefghijklmnopqrstuvwx"});
    EXPECT_EQ(
        hex_encode(seal_with(key, "hello", "purpose", random)),
        "026162636465666768696a6b6c6d6e6f707172737475767778904bf6759d21c821b2723fc6012d82"
        "a11cf5b6f8dd"
    );
}

TEST(sealed, the_nonce_is_fresh_each_time) {
    system_random random;
    EXPECT_NE(
        seal_with(key, "hello", "purpose", random), seal_with(key, "hello", "purpose", random)
    );
}

TEST(sealed, any_changed_bit_is_noticed) {
    system_random random;
    const auto sealed = seal_with(key, "hello", "purpose", random);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        auto changed = sealed;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
        EXPECT_EQ(open_with(key, changed, "purpose").error(), errc::cannot_open) << bit;
    }
}

TEST(sealed, a_cut_or_longer_text_does_not_open) {
    system_random random;
    const auto sealed = seal_with(key, "hello", "purpose", random);
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        EXPECT_EQ(open_with(key, sealed.substr(0, size), "purpose").error(), errc::cannot_open);
    }
    EXPECT_EQ(open_with(key, sealed + '\0', "purpose").error(), errc::cannot_open);
}

TEST(sealed, it_opens_for_its_purpose_and_key_only) {
    system_random random;
    const auto sealed = seal_with(key, "hello", "purpose", random);
    EXPECT_EQ(open_with(key, sealed, "").error(), errc::cannot_open);
    EXPECT_EQ(open_with(key, sealed, "purpose2").error(), errc::cannot_open);
    EXPECT_EQ(open_with(std::string(32, 'j'), sealed, "purpose").error(), errc::cannot_open);
}

TEST(sealed, a_key_of_another_size_is_a_mistake_of_the_program) {
    system_random random;
    EXPECT_THROW(seal_with("short", "hello", "", random), std::invalid_argument);
    EXPECT_THROW(
        open_with(std::string(33, 'k'), seal_with(key, "hello", "", random), ""),
        std::invalid_argument
    );
}

}  // namespace
}  // namespace cloche::crypto
