#include "gateway/form_errors.hpp"
#include "session/auth_provider.hpp"

#include <cloche/api_answer.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace cloche {
namespace {

gateway::form_errors complaints(unsigned status, const std::string& body) {
    session::api_answer refused;
    refused.status = status;
    refused.json = body;
    return gateway::read_form_errors(refused);
}

}  // namespace

unavailable::unavailable(std::string code, const std::string& words)
    : std::runtime_error(words), code_(std::move(code)) {}
unavailable::~unavailable() = default;

api_answer::api_answer(unsigned status, std::string content_type, std::string body)
    : status_(status), content_type_(std::move(content_type)), body_(std::move(body)) {}

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

std::vector<std::pair<std::string, std::string>> api_answer::field_errors() const {
    std::vector<std::pair<std::string, std::string>> errors;
    if (ok()) return errors;
    for (auto& complaint : complaints(status_, body_).fields)
        errors.emplace_back(std::move(complaint.property), std::move(complaint.message));
    return errors;
}

}  // namespace cloche
