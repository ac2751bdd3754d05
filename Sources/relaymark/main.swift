print("relaymark")
