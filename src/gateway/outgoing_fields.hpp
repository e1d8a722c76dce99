// Collects the fields of a head that is about to be sent: most are views of what came in, a few are
// made here. No allocation on the usual path.
#pragma once

#include "http/message.hpp"

#include <boost/container/small_vector.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::gateway {

class outgoing_fields {
public:
    outgoing_fields() = default;
    outgoing_fields(const outgoing_fields&) = delete;
    outgoing_fields& operator=(const outgoing_fields&) = delete;

    /// `name` and `value` must outlive this object.
    void add(std::string_view name, std::string_view value) { fields_.push_back({name, value}); }

    /// Keeps `value` here; `name` must outlive this object.
    void keep(std::string_view name, std::string value) {
        if (kept_count_ < kept_.size()) {
            kept_[kept_count_] = std::move(value);
            add(name, kept_[kept_count_++]);
        } else {
            more_kept_.push_back(std::make_unique<std::string>(std::move(value)));
            add(name, *more_kept_.back());
        }
    }

    void clear() noexcept {
        fields_.clear();
        more_kept_.clear();
        kept_count_ = 0;
    }

    std::span<const http::out_field> all() const noexcept {
        return {fields_.data(), fields_.size()};
    }

private:
    boost::container::small_vector<http::out_field, 32> fields_;
    std::array<std::string, 8> kept_;
    std::size_t kept_count_ = 0;
    std::vector<std::unique_ptr<std::string>> more_kept_;
};

}  // namespace cloche::gateway
