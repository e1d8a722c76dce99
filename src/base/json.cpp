#include "base/json.hpp"

#include "base/error_category.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <vector>

namespace cloche {
namespace {

namespace json = boost::json;
using json::error_code;
using json::string_view;

const char* describe(json_errc code) noexcept {
    switch (code) {
        case json_errc::malformed:
            return "not JSON";
        case json_errc::duplicate_member:
            return "an object of the JSON has the same member twice";
        case json_errc::too_deep:
            return "the JSON is nested too deeply";
        case json_errc::too_large:
            return "the JSON is too large";
        case json_errc::not_an_object:
            return "the JSON is not an object";
    }
    return nullptr;
}

/// Builds the value, and watches for what Boost.JSON lets pass: it keeps the last of members of the
/// same name, so that two readers of one text could see different values (RFC 8259 section 4).
class value_builder {
public:
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    json::value release() { return values_.release(); }

    bool on_document_begin(error_code&) {
        values_.reset();
        return true;
    }
    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code&) { return true; }
    bool on_object_end(std::size_t members, error_code& ec) {
        // Sorting is safe from names chosen to collide, which a hash table is not.
        const auto first = names_.end() - static_cast<std::ptrdiff_t>(members);
        std::sort(first, names_.end());
        if (std::adjacent_find(first, names_.end()) != names_.end()) {
            ec = json_errc::duplicate_member;
            return false;
        }
        names_.erase(first, names_.end());
        values_.push_object(members);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t elements, error_code&) {
        values_.push_array(elements);
        return true;
    }

    bool on_key_part(string_view text, std::size_t, error_code&) {
        name_.append(text);
        values_.push_chars(text);
        return true;
    }
    bool on_key(string_view text, std::size_t, error_code&) {
        name_.append(text);
        names_.push_back(std::move(name_));
        name_.clear();
        values_.push_key(text);
        return true;
    }
    bool on_string_part(string_view text, std::size_t, error_code&) {
        values_.push_chars(text);
        return true;
    }
    bool on_string(string_view text, std::size_t, error_code&) {
        values_.push_string(text);
        return true;
    }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, string_view, error_code&) {
        values_.push_int64(number);
        return true;
    }
    bool on_uint64(std::uint64_t number, string_view, error_code&) {
        values_.push_uint64(number);
        return true;
    }
    bool on_double(double number, string_view, error_code&) {
        values_.push_double(number);
        return true;
    }
    bool on_bool(bool truth, error_code&) {
        values_.push_bool(truth);
        return true;
    }
    bool on_null(error_code&) {
        values_.push_null();
        return true;
    }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

private:
    json::value_stack values_;
    std::string name_;                ///< the member name that is being read
    std::vector<std::string> names_;  ///< of all objects that are open, the innermost last
};

}  // namespace

const boost::system::error_category& json_category() noexcept {
    static const enum_category<json_errc> category("cloche.json", describe);
    return category;
}

result<json::value> parse_json(std::string_view text, const json_limits& limits) {
    if (text.size() > limits.bytes) CLOCHE_FAIL(json_errc::too_large);
    json::parse_options options;
    options.max_depth = limits.depth;
    json::basic_parser<value_builder> parser(options);
    error_code ec;
    const auto used = parser.write_some(false, text.data(), text.size(), ec);
    if (ec == json_errc::duplicate_member) CLOCHE_FAIL(json_errc::duplicate_member);
    if (ec == json::error::too_deep) CLOCHE_FAIL(json_errc::too_deep);
    if (ec || used != text.size()) CLOCHE_FAIL(json_errc::malformed);
    return parser.handler().release();
}

result<json::object> parse_json_object(std::string_view text, const json_limits& limits) {
    auto value = parse_json(text, limits);
    if (!value) return value.error();
    if (!value->is_object()) CLOCHE_FAIL(json_errc::not_an_object);
    return std::move(value->get_object());
}

std::optional<std::string_view> text_member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* text = value ? value->if_string() : nullptr;
    if (!text) return std::nullopt;
    return std::string_view(text->data(), text->size());
}

}  // namespace cloche
