internal import NIOCore

/// Cuts off a client that takes nothing of what it is sent: it would hold memory and a connection for
/// as long as it likes.
final class WriteWatch: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny
  typealias OutboundIn = NIOAny
  typealias OutboundOut = NIOAny

  private let limit: TimeAmount
  private var unwritten = 0
  private var deadline: Scheduled<Void>?

  init(limit: TimeAmount) { self.limit = limit }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let written = promise ?? context.eventLoop.makePromise()
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    unwritten += 1
    if deadline == nil { watch(context) }
    written.futureResult.whenComplete { _ in
      let (watch, context) = bound.value
      watch.wrote(context)
    }
    context.write(data, promise: written)
  }

  func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

  /// Something went out: what is left has its time again.
  private func wrote(_ context: ChannelHandlerContext) {
    unwritten -= 1
    deadline?.cancel()
    deadline = nil
    if unwritten > 0 { watch(context) }
  }

  private func watch(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    deadline = context.eventLoop.scheduleTask(in: limit) { bound.value.close(promise: nil) }
  }
}
