namespace OrleansRegistry.Namespaces;

/// <summary>The task that deletes a namespace, its distributions, and the repositories that nothing else serves.</summary>
public sealed record NamespaceDeletion(Guid Id)
{
    public const string Kind = "namespace.delete";
}
