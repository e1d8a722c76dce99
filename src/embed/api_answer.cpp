#include "gateway/form_errors.hpp"
#include "http/message.hpp"
#include "session/auth_provider.hpp"

#include <cloche/api_answer.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace cloche {
namespace {

bool is_named(const fields::value_type& field, std::string_view name) noexcept {
    return http::equal_ignoring_case(field.first, name);
}

gateway::form_errors complaints(unsigned status, const std::string& body) {
    session::api_answer refused;
    refused.status = status;
    refused.json = body;
    return gateway::read_form_errors(refused);
}

}  // namespace

unavailable::unavailable(
    unsigned status,
    std::string code,
    const std::string& words,
    std::optional<std::chrono::seconds> retry_after
)
    : std::runtime_error(words),
      status_(status),
      code_(std::move(code)),
      retry_after_(retry_after) {}
unavailable::~unavailable() = default;

api_answer::api_answer(unsigned status, fields header, std::string body)
    : status_(status), header_(std::move(header)), body_(std::move(body)) {
    std::erase_if(header_, [](const auto& field) { return is_named(field, "Set-Cookie"); });
}

std::string_view api_answer::header(std::string_view name) const noexcept {
    const auto found =
        std::ranges::find_if(header_, [name](const auto& field) { return is_named(field, name); });
    return found == header_.end() ? std::string_view() : found->second;
}

std::optional<std::string> api_answer::text(std::string_view pointer) const {
    boost::system::error_code failed;
    const boost::json::value whole = boost::json::parse(body_, failed);
    if (failed) return std::nullopt;
    const boost::json::value* found = whole.find_pointer(pointer, failed);
    if (failed || found == nullptr) return std::nullopt;
    if (found->is_string()) return std::string(found->get_string());
    return boost::json::serialize(*found);
}

std::string api_answer::message() const {
    return ok() ? std::string() : complaints(status_, body_).general;
}

fields api_answer::field_errors() const {
    fields errors;
    if (ok()) return errors;
    for (auto& complaint : complaints(status_, body_).fields)
        errors.emplace_back(std::move(complaint.property), std::move(complaint.message));
    return errors;
}

}  // namespace cloche
