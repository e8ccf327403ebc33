package statustext;

import java.io.File;

/**
 * The tests' clock, for those of ElasticMQ's classes that ask for the time. install.py puts it in
 * the place of java.lang.System there, whose name is as long as this one's.
 */
public final class Clock {
    private static final File FILE = new File(System.getProperty("statustext.clock"));

    private Clock() {}

    /** The time at which the file was last modified; where there is none, the machine's. */
    public static long currentTimeMillis() {
        long set = FILE.lastModified();
        return set == 0 ? System.currentTimeMillis() : set;
    }
}
