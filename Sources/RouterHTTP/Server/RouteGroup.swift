public import Hummingbird

/// Some of what the HTTP server answers, added to it when it is made.
///
/// Handlers run on the server's one thread: what takes long keeps all others waiting, so nothing may
/// block there, and no worker may be waited for without a limit.
public protocol RouteGroup: Sendable {
  /// Adds the group's paths.
  func add(to routes: HTTPRoutes, of view: RouterView)
}

/// What route groups are added to. (`Router` alone is the data plane's.)
public typealias HTTPRoutes = Hummingbird.Router<BasicRequestContext>
