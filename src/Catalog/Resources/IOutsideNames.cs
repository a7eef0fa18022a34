using OrleansRegistry.Tasks;

namespace OrleansRegistry.Resources;

/// <summary>
/// What clients call things. The catalogue writes these names down with tasks, to find them by, and reports of long work
/// tell them; only the management REST knows how they are made.
/// </summary>
public interface IOutsideNames
{
    /// <summary>Where clients find a resource.</summary>
    string PathOf(ResourceReference resource);

    /// <summary>What clients call a resource wherever it is; of a repository version, by the version's own id.</summary>
    string NameOf(ResourceKind kind, Guid id);

    /// <summary>Reads an address, or the name of anything but a repository version. It need not exist.</summary>
    bool TryRead(string text, out ResourceReference resource);

    /// <summary>Reads the name of a repository version: the version's own id.</summary>
    bool TryReadVersion(string text, out Guid id);

    /// <summary>What clients call what tasks stand in line for.</summary>
    string NameOf(Reservation reservation);

    /// <summary>What clients filter tasks by.</summary>
    /// <param name="work">What the task does: <see cref="TaskRequest.Work"/>.</param>
    string NameOfTask(string work);
}
