width * height
