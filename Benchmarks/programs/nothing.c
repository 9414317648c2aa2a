// What a command costs at the least: to be started and to end.
int main(void) {
  return 0;
}
