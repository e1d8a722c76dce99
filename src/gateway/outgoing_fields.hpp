// Collects the fields of a head that is about to be sent: most are views of what came in, a few are
// made here.
//
//     const auto fields = outgoing_fields::borrow();
//     fields->add("Via", fields->text().append("1.1 ").append(pseudonym));
//
// Each thread keeps those that are given back, with the memory of their texts: nothing is allocated
// on the usual path.
#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::gateway {

class outgoing_fields {
public:
    struct returner {
        void operator()(outgoing_fields* used) const noexcept;
    };
    using lease = std::unique_ptr<outgoing_fields, returner>;
    static lease borrow();

    outgoing_fields(const outgoing_fields&) = delete;
    outgoing_fields& operator=(const outgoing_fields&) = delete;

    /// `name` and `value` must outlive this object, or its next clear().
    void add(std::string_view name, std::string_view value) { fields_.push_back({name, value}); }

    /// An empty text that lives as long as the fields: for a value that is made here.
    std::string& text() {
        if (texts_used_ == texts_.size()) texts_.emplace_back();
        std::string& made = texts_[texts_used_++];
        made.clear();
        return made;
    }

    void clear() noexcept {
        fields_.clear();
        texts_used_ = 0;
    }

    std::span<const http::out_field> all() const noexcept { return fields_; }

private:
    outgoing_fields() = default;

    std::vector<http::out_field> fields_;
    std::deque<std::string> texts_;  ///< stay where they are
    std::size_t texts_used_ = 0;
};

}  // namespace cloche::gateway
