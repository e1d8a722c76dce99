#include "http/websocket_frames.hpp"

#include <algorithm>

namespace cloche::http {
namespace {

constexpr unsigned char opcode_mask = 0x0f;
constexpr unsigned char close_opcode = 0x08;
constexpr unsigned char fin = 0x80;
constexpr unsigned char mask_bit = 0x80;
constexpr unsigned char length_mask = 0x7f;
constexpr unsigned char two_octets = 126;
constexpr unsigned char eight_octets = 127;

}  // namespace

std::size_t websocket_frames::wanted_head() const noexcept {
    if (head_size_ < 2) return 2;
    const auto length = static_cast<unsigned char>(head_[1] & length_mask);
    std::size_t size = 2;
    if (length == two_octets) size += 2;
    if (length == eight_octets) size += 8;
    if ((head_[1] & mask_bit) != 0) size += 4;
    return size;
}

void websocket_frames::begin_payload() noexcept {
    const auto length = static_cast<unsigned char>(head_[1] & length_mask);
    const std::size_t octets = length == two_octets ? 2 : length == eight_octets ? 8 : 0;
    left_ = octets == 0 ? length : 0;
    for (std::size_t i = 0; i < octets; ++i)
        left_ = left_ << 8 | head_[2 + i];
    closed_ = closed_ || (head_[0] & opcode_mask) == close_opcode;
    head_size_ = 0;
}

// Takes bytes of one frame's head, or of its payload; gives how many.
std::size_t websocket_frames::step(std::string_view bytes) noexcept {
    if (left_ > 0) {
        const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
        left_ -= taken;
        return taken;
    }
    head_[head_size_++] = static_cast<unsigned char>(bytes.front());
    if (head_size_ >= 2 && head_size_ == wanted_head()) begin_payload();
    return 1;
}

void websocket_frames::pass(std::string_view bytes) noexcept {
    while (!bytes.empty())
        bytes.remove_prefix(step(bytes));
}

std::size_t websocket_frames::rest_of_frame(std::string_view bytes) const noexcept {
    websocket_frames ahead(*this);
    std::size_t taken = 0;
    while (!ahead.between() && taken < bytes.size())
        taken += ahead.step(bytes.substr(taken));
    return taken;
}

std::string websocket_close(std::uint16_t code, std::string_view reason) {
    constexpr std::size_t most = 123;
    reason = reason.substr(0, most);
    std::string frame;
    frame.push_back(static_cast<char>(fin | close_opcode));
    frame.push_back(static_cast<char>(reason.size() + 2));
    frame.push_back(static_cast<char>(code >> 8));
    frame.push_back(static_cast<char>(code & 0xff));
    return frame.append(reason);
}

}  // namespace cloche::http
