#pragma once

// What our server takes for a request: Beast's parser, and the rules that Beast leaves to its user.

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.hpp"

namespace diffgate::net {

// The body's bytes as they come out of the parser; taken from here when they go to a file.
struct CollectedBody {
  using value_type = std::string;

  class reader {
   public:
    template <bool isRequest, class Fields>
    reader(boost::beast::http::header<isRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>&, boost::beast::error_code& error) { error = {}; }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::beast::error_code& error) {
      error = {};
      std::size_t size = 0;
      for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
        body_.append(static_cast<const char*>(buffer.data()), buffer.size());
        size += buffer.size();
      }
      return size;
    }

    void finish(boost::beast::error_code& error) { error = {}; }

   private:
    value_type& body_;
  };
};

using RequestParser = boost::beast::http::request_parser<CollectedBody>;

// A request that gets no further: the answer to it, and the end of the connection.
struct Refusal {
  int status;
  std::string text;
};

// The answer to what the parser says of a request.
Refusal refusal_for(const boost::beast::error_code& error, std::size_t max_header_bytes,
                    std::size_t max_body_bytes);

// Refuses a head that could be read in two ways or asks for what we don't do (RFC 9112, 3.2 and 6.1; RFC
// 9110, 10.1.1).
std::optional<Refusal> check_head(const RequestParser& parser, const Headers& headers);

// The header fields as they came.
Headers copy_headers(const RequestParser& parser);

// "http://host/path" is the form that proxies get; only the path is meant for us (RFC 9112, 3.2.2).
std::string origin_form(std::string_view target);

}  // namespace diffgate::net
