"""From the phone: the doors to the home network, the certificates behind them, and the pages that install trust."""
