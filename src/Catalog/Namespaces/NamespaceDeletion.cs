namespace OrleansRegistry.Namespaces;

/// <summary>The task that deletes a namespace with its distributions, and the repositories whose only ones they were.</summary>
public sealed record NamespaceDeletion(Guid Id)
{
    public const string Kind = "namespace.delete";
}
