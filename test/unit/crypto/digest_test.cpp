#include "crypto/digest.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace cloche::crypto {
namespace {

std::string hex(const sha256_digest& digest) {
    return hex_encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string range(int first, int last) {
    std::string bytes;
    for (int c = first; c <= last; ++c)
        bytes.push_back(static_cast<char>(c));
    return bytes;
}

// FIPS 180-2 appendix B, and the digest of nothing.
TEST(digest, sha256_vectors) {
    EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(
        hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    EXPECT_EQ(
        hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    );
    EXPECT_EQ(
        hex(sha256(std::string(1'000'000, 'a'))),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    );
}

// RFC 4231 sections 4.2, 4.3 and 4.7 (a key longer than a block).
TEST(digest, hmac_sha256_vectors) {
    EXPECT_EQ(
        hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    EXPECT_EQ(
        hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    EXPECT_EQ(
        hex(hmac_sha256(
            std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"
        )),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
}

TEST(digest, an_empty_key_or_message_has_an_hmac) {
    EXPECT_EQ(
        hex(hmac_sha256("", "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    );
}

// RFC 5869 appendix A.1 to A.3.
TEST(digest, hkdf_sha256_vectors) {
    EXPECT_EQ(
        hex_encode(hkdf_sha256(std::string(22, '\x0b'), range(0x00, 0x0c), range(0xf0, 0xf9), 42)),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
    EXPECT_EQ(
        hex_encode(hkdf_sha256(range(0x00, 0x4f), range(0x60, 0xaf), range(0xb0, 0xff), 82)),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6"
        "5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
    );
    EXPECT_EQ(
        hex_encode(hkdf_sha256(std::string(22, '\x0b'), std::string_view(), "", 42)),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    );
}

TEST(digest, hkdf_gives_8160_bytes_and_no_more) {
    EXPECT_EQ(hkdf_sha256("key", "salt", "info", 8160).size(), 8160U);
    EXPECT_THROW(hkdf_sha256("key", "salt", "info", 8161), std::runtime_error);
}

TEST(digest, only_the_same_bytes_are_equal) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "Abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
    EXPECT_FALSE(equal_in_constant_time("", "a"));
    EXPECT_FALSE(equal_in_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

}  // namespace
}  // namespace cloche::crypto
