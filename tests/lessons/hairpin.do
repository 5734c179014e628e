tour 1
tour.next
tour.answer 198
tour.next
step 4
tour.next
tour.answer 7
tour.next
key i
tour.next
tour.answer 0.0526
tour.next
tour.next
tour.answer 2.17
tour.next
tour.answer 0.998
tour.next
tour.next
branch 100 lorentz 0.3
tour.next
