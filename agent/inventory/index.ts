export { decodeInventoryConfig, type InventoryConfig, type PreparedProduct } from './config.ts';
export type { Detect, Detection, Detector, DetectorTools } from './detector.ts';
export { type RegistryKey, readRegistry } from './registry.ts';
export { type Inventory, takeInventory } from './take-inventory.ts';
export { inPowerShell, windowsProgram } from './windows-program.ts';
