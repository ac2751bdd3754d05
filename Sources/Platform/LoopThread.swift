import Foundation
import Synchronization

/// A thread with a loop of its own; objects made by `perform` live and die on it.
package final class LoopThread: Sendable {
  private let mailbox: Mailbox
  private let finished = DispatchSemaphore(value: 0)

  package init(name: String) throws(SystemError) {
    let started = DispatchSemaphore(value: 0)
    let outcome = Outcome<Mailbox>()
    let finished = self.finished
    let thread = Thread {
      do throws(SystemError) {
        let loop = try EventLoop()
        outcome.set(.success(loop.mailbox))
        started.signal()
        loop.run()
        loop.dispose()
      } catch {
        outcome.set(.failure(error))
        started.signal()
      }
      finished.signal()
    }
    thread.name = name
    thread.start()
    started.wait()
    mailbox = try outcome.get()
  }

  /// Runs `work` on the loop's thread and waits for what it returns.
  package func perform<Value: Sendable>(
    _ work: @escaping @Sendable (EventLoop) throws(SystemError) -> Value
  ) throws(SystemError) -> Value {
    let done = DispatchSemaphore(value: 0)
    let outcome = Outcome<Value>()
    mailbox.put { loop in
      do throws(SystemError) {
        outcome.set(.success(try work(loop)))
      } catch {
        outcome.set(.failure(error))
      }
      done.signal()
    }
    done.wait()
    return try outcome.get()
  }

  /// Runs `work` on the loop's thread when it gets to it.
  package func put(_ work: @escaping Mailbox.Work) { mailbox.put(work) }

  /// Ends the loop and waits until its thread is over.
  package func stop() {
    mailbox.put { $0.stop() }
    finished.wait()
  }

  private final class Outcome<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, SystemError>?>(nil)

    func set(_ value: Result<Value, SystemError>) { result.withLock { $0 = value } }

    func get() throws(SystemError) -> Value {
      guard let result = result.withLock({ $0 }) else { throw SystemError("start", code: 0) }
      return try result.get()
    }
  }
}

/// An object that lives on one loop's thread; the reference may travel, the object is only touched
/// inside `perform` or `put` of its own thread.
package struct LoopBound<Object: AnyObject>: @unchecked Sendable {
  package let object: Object

  package init(_ object: Object) { self.object = object }
}
