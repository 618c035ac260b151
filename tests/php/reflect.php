<?php

declare(strict_types=1);

// Prints what PHP knows of the extension, in a canonical form. With a file as its argument the functions and classes
// of that file are printed instead.

function parameter(ReflectionParameter $parameter): string
{
    $default = $parameter->isOptional() ? ' = ' . var_export($parameter->getDefaultValue(), true) : '';
    return "{$parameter->getType()} \${$parameter->getName()}$default";
}

function signature(ReflectionFunctionAbstract $function): string
{
    $parameters = implode(', ', array_map(parameter(...), $function->getParameters()));
    return "{$function->getName()}($parameters): {$function->getReturnType()}";
}

function describeClass(ReflectionClass $class): void
{
    $final = $class->isFinal() ? 'final ' : '';
    echo "{$final}class {$class->getName()} extends {$class->getParentClass()->getName()}\n";
    foreach ($class->getProperties() as $property) {
        if ($property->class === $class->getName()) {
            echo '    ', implode(' ', Reflection::getModifierNames($property->getModifiers())), " {$property->getType()} \${$property->getName()}\n";
        }
    }
    foreach ($class->getMethods() as $method) {
        if ($method->class === $class->getName()) {
            echo '    ', implode(' ', Reflection::getModifierNames($method->getModifiers())), ' ', signature($method), "\n";
        }
    }
}

if (isset($argv[1])) {
    require $argv[1];
}
$isOurs = fn(string $name): bool => str_starts_with(strtolower($name), 'loyalty');
$functions = array_filter(array_merge(...array_values(get_defined_functions())), $isOurs);
$classes = array_filter(get_declared_classes(), $isOurs);
sort($functions);
sort($classes);
foreach ($functions as $function) {
    echo 'function ', signature(new ReflectionFunction($function)), "\n";
}
foreach ($classes as $class) {
    describeClass(new ReflectionClass($class));
}
