#include "gateway/form_errors.hpp"

#include "base/json.hpp"

namespace cloche::gateway {

form_errors read_form_errors(const session::api_answer& refused) {
    form_errors errors;
    errors.status = refused.status >= 400 ? refused.status : 502;
    errors.retry_after = refused.retry_after;
    const auto body = parse_json_object(refused.json);
    const boost::json::value* message = body ? body->if_contains("message") : nullptr;
    if (message && message->is_string()) {
        errors.general = std::string(message->get_string());
    } else if (message && message->is_array()) {
        for (const boost::json::value& entry : message->get_array()) {
            if (!entry.is_object()) continue;
            pages::field_error field;
            field.property = text_member(entry.get_object(), "property").value_or("");
            field.message = text_member(entry.get_object(), "message").value_or("");
            if (!field.message.empty()) errors.fields.push_back(std::move(field));
        }
    }
    if (errors.general.empty() && errors.fields.empty())
        errors.general = "This could not be accepted.";
    return errors;
}

}  // namespace cloche::gateway
