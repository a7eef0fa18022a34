using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Storage;

/// <summary>How rows of tasks name things: as clients do, for they are found by these names.</summary>
internal sealed class NamesInTasks(IOutsideNames names)
{
    public string? UserOf(Guid? user) => user is { } id ? names.PathOf(new(ResourceKind.User, id)) : null;

    /// <summary>The user; null where nobody had to say who he is. A text that names no user is nobody's id, not null.</summary>
    public Guid? ReadUser(string? text) => text is null ? null
        : names.TryRead(text, out var user) && user.Kind is ResourceKind.User ? user.Id
        : Guid.Empty;

    /// <summary>What the task stands in line for first; empty where it reserves nothing.</summary>
    public string LineOf(TaskRequest request) =>
        request.Exclusive.Concat(request.Shared).FirstOrDefault() is { } first ? names.NameOf(first) : "";

    public string Write(IReadOnlyList<CreatedResource> created) => TaskJson.Write(created.Select(one =>
        new Written(names.PathOf(one.Resource), names.NameOf(one.Resource.Kind, one.Id))));

    public IReadOnlyList<CreatedResource> ReadCreated(string json) =>
        [.. TaskJson.Read<Written[]>(json).Select(Read).OfType<CreatedResource>()];

    private CreatedResource? Read(Written one) =>
        !names.TryRead(one.Href, out var resource) ? null
        : names.TryReadVersion(one.Prn, out var version) ? new(resource, version)
        : CreatedResource.Of(resource);

    private sealed record Written(string Href, string Prn);
}
