// Forms that can be shown again: what the API refused, and fields with the words about them.
#pragma once

#include "markup.hpp"

#include <cloche/api_answer.hpp>
#include <cloche/request.hpp>
#include <cloche/response.hpp>

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace cloche_demo {

/// Why a form has to be shown again. By default there is no reason.
struct refusal {
    /// Of the answer that shows it. 0: nothing was refused.
    unsigned status = 0;
    std::string message;
    /// By the name of the field.
    cloche::fields at_fields;
    /// As a header field has it; empty: nobody said.
    std::string retry_after;

    explicit operator bool() const noexcept { return status != 0; }
    /// The first complaint about a field: the one to mend first. Empty: none.
    std::string_view at(std::string_view field) const;
};

/// Asks the API, and takes what goes wrong as a refusal, so that the person finds the form as it
/// was left and not an error page.
refusal refusal_of(const std::function<cloche::api_answer()>& ask);

/// `form`, shown again: with the status of the refusal, and when to come back.
cloche::response with_refusal(cloche::response form, const refusal& why);

struct field {
    std::string_view name;
    std::string_view label;
    std::string_view type;
    std::string_view autocomplete;
    /// As it was typed. Never that of a password.
    std::string value = {};
    std::string_view hint = {};
};

/// The field, with the complaint about it.
markup show(const field& what, const refusal& why);

/// The complaints about the form as a whole, and those about fields that are not `shown`.
markup alert(const refusal& why, std::initializer_list<std::string_view> shown);

}  // namespace cloche_demo
