/// What `wg-handler` says about itself.
enum HandlerHelp {
  static let version = "0.1.0"

  static let text = """
    wg-handler KIND [options] [-- program arguments…]
    Answers the messages of one chat. Started by wg-dispatcher, which says in the environment
    which chat it is (WG_DIR, WG_CHAT_ID, WG_CHAT_DIR and others; see wg-handler(7)).

    Kinds:
      echo       answers each message with its own text
      command    answers with what a program prints; the program keeps running between messages
    Any other kind answers that it is not available in this version.

    Options of command:
      --prompt TEXT          the program shows TEXT when it waits for input: that ends an answer.
                             May be given several times. Not given: the prompt that the program
                             shows at its start, and a pause in its output, end an answer.
      --quiet SPAN           the pause after some output that ends an answer (300ms); a program
                             that can be seen to be busy is waited for all the same
      --silence SPAN         the pause that ends an answer without any output (2s)
      --answer-timeout SPAN  then the sender gets an error, and the program is restarted (2min)
      --no-pty               pipes instead of a terminal; standard error is then not answered

    Signals:
      SIGINT   interrupts the program and answers with what it has printed
      SIGTERM  ends the program and the handler; a message without an answer stays in the inbox

    Exit status: 0 stopped, or the program ended well; 64 wrong arguments or environment;
    66 no such chat folder; 69 the program cannot be started; 70 the program ended or does not
    behave; 71 refused by the system; 74 the chat's files cannot be read or written.

    """
}
