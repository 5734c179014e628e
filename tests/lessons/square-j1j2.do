tour 1
tour.next
tour.answer 0
tour.next
plus 4
tour.answer 50 %
tour.next
tour.answer c
tour.next
plus 6
tour.answer 0.319
tour.next
plus 2
tour.answer 79.5 %
tour.next
plus
tour.answer b
tour.next
set J2 1
tour.next
undo
tour.next
tour.next
