// One request to a page or an action while the page's thread works on it: what stands behind the
// public `request` and `user_session`.
//
// The page's thread may block; whatever waits for the network runs on the I/O thread of the
// request, and the page's thread waits for it here. The request's coroutine waits for the page, so
// the two never touch the request at once.
#pragma once

#include "embed/page_threads.hpp"
#include "gateway/problem.hpp"
#include "gateway/request_context.hpp"
#include "runtime/task.hpp"

#include <cloche/request.hpp>
#include <cloche/response.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::detail {

/// A JSON object of texts; of several with one name the first.
std::string as_json(const fields& members);

class page_call {
public:
    page_call(
        gateway::request_context& rq, fields form, std::shared_ptr<const embed::page_threads> on
    )
        : rq_(rq), form_(std::move(form)), threads_(std::move(on)) {}
    page_call(const page_call&) = delete;
    page_call& operator=(const page_call&) = delete;

    /// For the handler. As long as this object.
    request for_page() { return request(*this); }

    gateway::request_context& context() noexcept { return rq_; }
    const gateway::request_context& context() const noexcept { return rq_; }
    const fields& form() const noexcept { return form_; }
    /// Throws std::logic_error if nobody is signed in.
    const session::record& signed_in() const;

    api_answer ask_api(std::string_view method, std::string_view path, std::string_view json);
    api_answer sign_in(const fields& credentials);
    api_answer register_account(const fields& account);
    void sign_out();

private:
    template <class T>
    T wait_for(runtime::task<T> work);

    gateway::request_context& rq_;
    const fields form_;
    const std::shared_ptr<const embed::page_threads> threads_;
};

}  // namespace cloche::detail

namespace cloche::embed {

/// What is thrown for a problem of the gateway's.
unavailable unavailable_for(
    gateway::problem what, std::optional<seconds> retry_after = std::nullopt
);

}  // namespace cloche::embed
