// Which fields of a head are about one connection only and must not be sent on (RFC 9110
// section 7.6.1; PX-9). Pure.
//
// First everything it names is left out, then whoever forwards adds fields of his own: so a client
// that writes `Connection: Authorization` takes off what it sent itself, and nothing else. Framing
// (Content-Length) is not judged here: it is made anew from the body (PX-7).
#pragma once

#include "http/message.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace cloche::http {

class hop_by_hop {
public:
    /// `fields` must outlive this object. Allocates nothing.
    explicit hop_by_hop(std::span<const field> fields) noexcept;

    /// True for Connection, every field it names, Keep-Alive, Proxy-*, TE, Trailer,
    /// Transfer-Encoding and Upgrade.
    bool contains(const field& line) const noexcept;

private:
    bool is_named(std::string_view name) const noexcept;

    std::span<const field> fields_;
    std::uint64_t ids_;          ///< one bit a field_id
    bool names_others_ = false;  ///< Connection names fields that have no field_id
};

}  // namespace cloche::http
