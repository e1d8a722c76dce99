// The mails that the identity API writes into a folder instead of sending them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cloche_demo {

struct mail {
    std::string to;
    std::string subject;
    std::string date;
    /// Lines end in `\n`.
    std::string text;
};

/// Head and body (RFC 5322), as the identity API writes them: no folded fields, no encoding of the
/// body. What is missing is empty.
mail read_mail(std::string_view message);

/// The newest first, `most` of them. A folder that is not there has none; a file that cannot be
/// read is left out.
std::vector<mail> newest_mails(const std::string& folder, std::size_t most);

std::size_t count_mails(const std::string& folder);

/// Path and query of a mailed link, if it leads to the page that confirms an address; empty
/// otherwise. The host is left out: wherever the mail points, the link stays on this site.
std::string_view confirmation_path(std::string_view link);

}  // namespace cloche_demo
