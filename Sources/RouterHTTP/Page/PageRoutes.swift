internal import HTTPTypes
public import Hummingbird

/// The web page: `/` and `/assets/*`.
///
/// It shows what ``APIRoutes`` answers, and can do nothing else: its policy lets it load and ask only
/// what this server has, and run only the scripts that come with it.
public struct PageRoutes: RouteGroup {
  /// The page.
  public init() {}

  /// What the browser lets the page do.
  static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  /// Adds the page's files.
  public func add(to routes: HTTPRoutes, of view: RouterView) {
    for file in PageAssets.files {
      let body = ByteBuffer(string: file.text)
      routes.get(RouterPath(file.path)) { _, _ in
        Response(status: .ok, headers: Self.headers(file), body: .init(byteBuffer: body))
      }
    }
  }

  private static func headers(_ file: PageAssets.File) -> HTTPFields {
    [
      .contentType: file.mediaType,
      // The page of the program that runs, and not of the one before.
      .cacheControl: "no-cache", .contentSecurityPolicy: policy, .xContentTypeOptions: "nosniff",
      .referrerPolicy: "no-referrer",
    ]
  }
}

extension HTTPField.Name {
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
