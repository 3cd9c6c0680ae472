/** A short text of whole sentences that the script tests draw on. */
export const REEFS = `Coral reefs cover less than one percent of the ocean floor, yet they shelter about a quarter of all
marine fish. Reefs are built by tiny animals called polyps. Each polyp takes calcium from the water and lays down a
skeleton of limestone. Over centuries, the skeletons of countless polyps grow into structures that can be seen from space.
The colours come from algae that live inside the polyps and feed them with sugar made from sunlight.

When the water gets too warm, the polyps lose their algae and turn white. This is called bleaching. A bleached reef is not
dead, but it is starving. If the heat lasts for more than a few weeks, most of the coral dies.

Restoration teams now grow young corals in underwater nurseries. They hang fragments of healthy coral on ropes and plant
them on damaged reefs after about a year. Some of these corals come from survivors of earlier heat waves. Their offspring
may withstand warmer seas. Reefs also protect coasts: they take most of the energy out of a wave before it lands.`;
