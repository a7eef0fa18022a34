namespace OrleansRegistry.Remotes;

/// <summary>Whose signatures count where a remote is synchronised.</summary>
public interface IRemoteTrust
{
    /// <summary>Refuses keys that are none, and a policy that cannot be judged.</summary>
    /// <exception cref="ProblemException">There are such; the subject is the field.</exception>
    void Require(RemoteSettings settings);
}
