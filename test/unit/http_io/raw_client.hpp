// A client that says and hears exactly the bytes that a test wants, over a blocking socket on
// loopback.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::http {

class raw_client {
public:
    explicit raw_client(std::uint16_t port);
    /// Over a socket that is connected already.
    static raw_client adopt(int descriptor) { return raw_client(descriptor, adopted{}); }
    ~raw_client();
    raw_client(raw_client&& other) noexcept;
    raw_client& operator=(raw_client&&) = delete;

    /// False if the other end has closed.
    bool send(std::string_view bytes);
    void shutdown_send();
    /// Closes with a reset.
    void reset();
    void close();

    /// Up to and with `end`. What follows is kept for the next call. Empty if the connection ends
    /// before.
    std::string read_until(std::string_view end);
    std::string read_bytes(std::size_t count);
    /// All that comes until the other end closes; nothing if it is reset.
    std::optional<std::string> read_to_end();
    /// A head, and its body by its Content-Length or its chunks, undecoded.
    struct message {
        std::string head;
        std::string body;
        bool has(std::string_view line) const;
        unsigned status() const;
    };
    message read_message(bool with_body = true);
    /// True if the connection ends, by close or by reset, and nothing more comes.
    bool ends();
    int descriptor() const noexcept { return descriptor_; }

private:
    struct adopted {};
    raw_client(int descriptor, adopted);
    bool fill();
    int descriptor_ = -1;
    bool reset_ = false;
    std::string unread_;
};

}  // namespace cloche::http
