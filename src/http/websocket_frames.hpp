// Follows the frames of a WebSocket (RFC 6455 section 5.2) without looking into them: where one
// ends, and another could be put in. Pure.
//
//     octet 0         FIN RSV1-3 opcode
//     octet 1         MASK, length: 0-125, 126: two octets follow, 127: eight
//     0, 2 or 8       the length, most significant octet first
//     0 or 4          the masking key
//     length          the payload
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cloche::http {

class websocket_frames {
public:
    /// These were sent.
    void pass(std::string_view bytes) noexcept;
    /// Nothing of a frame was sent whose rest was not.
    bool between() const noexcept { return head_size_ == 0 && left_ == 0; }
    /// How many of `bytes`, which come next, belong to the frame that is on; all if it does not end
    /// with them.
    std::size_t rest_of_frame(std::string_view bytes) const noexcept;
    /// A Close frame has passed: nothing follows it.
    bool closed() const noexcept { return closed_; }

private:
    std::size_t step(std::string_view bytes) noexcept;
    std::size_t wanted_head() const noexcept;
    void begin_payload() noexcept;

    unsigned char head_[14] = {};
    std::uint8_t head_size_ = 0;
    bool closed_ = false;
    std::uint64_t left_ = 0;  ///< of the payload
};

/// A Close frame of a server (section 5.5.1). `reason`: 123 bytes at most.
std::string websocket_close(std::uint16_t code, std::string_view reason);

}  // namespace cloche::http
