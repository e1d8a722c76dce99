// Keys and tokens of the RFCs, and of another implementation.
#pragma once

#include <string>

namespace cloche::tokens::vectors {

/// RFC 7515 appendix A.3.1.
inline const std::string rfc7515_a3_jwk = R"({"kty":"EC","crv":"P-256",)"
                                          R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                                          R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",)"
                                          R"("d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";

/// The SHA-256 of {"crv":…,"kty":…,"x":…,"y":…} of that key (RFC 7638), by Node's crypto.
inline const std::string rfc7515_a3_thumbprint = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";

/// RFC 7515 appendix A.3: no kid, and white space in its payload.
inline const std::string rfc7515_a3_token =
    "eyJhbGciOiJFUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

/// By Node's crypto under the same key: at+jwt of https://issuer.example for https://api.example,
/// sub zoe, from 1999999700 to 2000000000.
inline const std::string node_token =
    "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6Im9LSXl3dkdVcFRWVHl4TVEzYndJSWVRVXVkZnJfQ2tM"
    "TWpDRTE5RUNELVUifQ"
    ".eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3ViIjoiem9lIiwiYXVkIjoiaHR0cHM6Ly9hcGkuZXhhbXBs"
    "ZSIsImV4cCI6MjAwMDAwMDAwMCwiaWF0IjoxOTk5OTk5NzAwfQ"
    ".ylLlok0nsBAdtUe9U6EW7vYsWA9cqfuXCzwq194T_wSiSYn3lI2n1MIRp6hCffNFByPgn5VkTU1MqE-Ur6PXAA";

/// The payload of RFC 7520 section 4, which is a sentence and no JSON.
inline const std::string rfc7520_payload =
    "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250"
    "byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hl"
    "cmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4";

/// RFC 7520 section 3.1, the public part.
inline const std::string rfc7520_p521_jwk =
    R"({"kty":"EC","kid":"bilbo.baggins@hobbiton.example","use":"sig","crv":"P-521",)"
    R"("x":"AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKq)"
    R"(jqvjyekWF-7ytDyRXYgCF5cj0Kt",)"
    R"("y":"AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQ)"
    R"(kAgDPrwQrJmbnX9cwlGfP-HqHZR1"})";

/// RFC 7520 section 4.3: ES512.
inline const std::string rfc7520_es512_token =
    "eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + rfc7520_payload +
    ".AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3"
    "mtPBu_u_sDDyYjnAMDxXPn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2";

/// RFC 7520 section 3.5.
inline const std::string rfc7520_oct_jwk =
    R"({"kty":"oct","kid":"018c0ae5-4d9b-471b-bfd6-eef314bc7037","use":"sig","alg":"HS256",)"
    R"("k":"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"})";

/// RFC 7520 section 4.4: HS256.
inline const std::string rfc7520_hs256_token =
    "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9." +
    rfc7520_payload + ".s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0";

/// A P-384 key, and a token that says ES256 but is signed by it, by Node's crypto.
inline const std::string p384_jwk =
    R"({"kty":"EC","crv":"P-384","kid":"p384",)"
    R"("x":"uyta3P46ghUMYC82_f_NxItYX9S-ncMoTfDCksEY1JtRytI6btJ_IXif9aQx1pIh",)"
    R"("y":"7ZMHZz0PkNywZpZcfT5T4Pury0Hqm9bxS0-xliBpHdWuciUnHRBDZgifYt-F37NL"})";
inline const std::string p384_token =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6InAzODQifQ.eyJpc3MiOiJhIn0"
    ".uiu0eKvrZRU5H_RQaFRs8bfQGlHDCpqIoe4e5_mpIDypQYOJGbbMuwr87X2Cp56bt8B-TgEBSRbD_o9SilPhgHxxN18b"
    "M_aRDbA2hFD0RGHj3SbfTFUqjZ8lfKWzMzk4";

}  // namespace cloche::tokens::vectors
