print("dealsh")
